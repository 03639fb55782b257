"""What a render may fetch: a canary file and a canary server must not be touched."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from toolkit import assets, rendering


@pytest.fixture
def canary():
    """A server that counts who comes. Returns (address, visits)."""
    visits = []

    class Canary(BaseHTTPRequestHandler):
        def do_GET(self):
            visits.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Canary)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", visits
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("name", sorted(assets.ASSETS))
def test_own_assets_are_served(name):
    response = assets.OwnAssets().fetch(name)

    assert response.read()[:4] in (b"\x00\x01\x00\x00", b"OTTO")


def test_data_is_served():
    assert assets.OwnAssets().fetch("data:text/plain,hello").read() == b"hello"


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "FILE:///etc/passwd",
        "http://127.0.0.1/",
        "https://example.org/x.css",
        "ftp://example.org/",
        "asset:../settings.py",
        "asset:regular.ttf?x",
        "/etc/passwd",
        "//example.org/x",
        "",
    ],
)
def test_all_else_is_refused_and_remembered(url):
    fetcher = assets.OwnAssets()

    with pytest.raises(ValueError, match="own assets"):
        fetcher.fetch(url)

    assert fetcher.refused == [url]


def test_layout_reaches_neither_files_nor_servers(canary, tmp_path):
    address, visits = canary
    secret = tmp_path / "secret.txt"
    secret.write_text("canary in the file")
    html = f"""<html lang="en"><head><title>t</title>
      <link rel="stylesheet" href="{address}/a.css"><link rel="stylesheet" href="file://{secret}">
      <link rel="attachment" href="file://{secret}"><base href="{address}/">
      <style>@import url({address}/b.css); @font-face {{ font-family: X; src: url({address}/f) }}
      body {{ background: url({address}/bg.png); font-family: X }} p::before {{
      content: url(file://{secret}) }}</style></head>
      <body><h1>t</h1><p><img alt="x" src="{address}/i.png"><img alt="y" src="file://{secret}">
      <object data="{address}/o.svg"></object><embed src="file://{secret}">
      <svg><title>s</title><image href="{address}/s.png"/><use href="{address}/u.svg#a"/></svg>
      <a rel="attachment" href="file://{secret}">x</a></p></body></html>"""

    data = rendering.layout(html)

    assert visits == []
    assert b"canary" not in data
    assert b"EmbeddedFile" not in data


def test_own_file_that_is_not_there():
    with pytest.raises(FileNotFoundError):
        assets.own_file("css/nothing.css")
