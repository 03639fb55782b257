"""What makes a PDF/A-3a of WeasyPrint a PDF/UA-1 as well: a pass over the finished file.

WeasyPrint writes one of the two. This pass adds the identification of the other to the metadata,
says of every header cell which way it heads, and turns what no tag reaches (running heads, page
numbers) into artifacts, so that a screen reader does not read them on each page. Same bytes in,
same bytes out.
"""

import io
import re

import pikepdf
from pikepdf import Array, Dictionary, Name

# Identification of PDF/UA-1, with the description that PDF/A demands of every foreign schema.
UA_XMP = b"""
  <rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
    <pdfuaid:part>1</pdfuaid:part>
  </rdf:Description>
  <rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" \
xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" \
xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
    <pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
      <pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
      <pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
      <pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
      <pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
        <pdfaProperty:name>part</pdfaProperty:name>
        <pdfaProperty:valueType>Integer</pdfaProperty:valueType>
        <pdfaProperty:category>internal</pdfaProperty:category>
        <pdfaProperty:description>Part of ISO 14289 that the file follows</pdfaProperty:description>
      </rdf:li></rdf:Seq></pdfaSchema:property>
    </rdf:li></rdf:Bag></pdfaExtension:schemas>
  </rdf:Description>
"""
MARK = re.compile(rb"/\w+\s*<<\s*/MCID\s+(\d+)\s*>>\s*BDC")
ARTIFACT = b"/Artifact <</Type /Pagination>> BDC"


def finish(data: bytes) -> bytes:
    """`data` (PDF/A-3a by WeasyPrint) as PDF/A-3a and PDF/UA-1."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        reached = _walk(pdf)
        for page in pdf.pages:
            _mark_artifacts(pdf, page, reached.get(page.obj.objgen, set()))
        _identify(pdf)
        out = io.BytesIO()
        pdf.save(
            out,
            deterministic_id=True,
            compress_streams=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        )
    return out.getvalue()


def _walk(pdf) -> dict[tuple, set[int]]:
    """Give every TH its Scope; return the marked content that each page's tags reach."""
    reached: dict[tuple, set[int]] = {}
    pending = [(pdf.Root.StructTreeRoot, None, False)]
    while pending:
        element, page, in_head = pending.pop()
        page = element.get("/Pg", page)
        kind = element.get("/S")
        in_head = in_head or kind == Name.THead
        if kind == Name.TH:
            _scope(element, Name.Column if in_head else Name.Row)
        for kid in _kids(element):
            if isinstance(kid, int):
                reached.setdefault(page.objgen, set()).add(int(kid))
            elif isinstance(kid, Dictionary) and kid.get("/Type") == Name.StructElem:
                pending.append((kid, page, in_head))
    return reached


def _kids(element):
    kids = element.get("/K")
    return [] if kids is None else kids if isinstance(kids, Array) else [kids]


def _scope(cell, scope):
    attributes = cell.get("/A")
    if attributes is None:
        cell["/A"] = Dictionary(O=Name.Table, Scope=scope)
    else:
        attributes["/Scope"] = scope


def _mark_artifacts(pdf, page, reached: set[int]):
    """Marked content of the margins is in no tag: call it what it is."""
    contents = page.obj["/Contents"]
    streams = list(contents) if isinstance(contents, Array) else [contents]
    for stream in streams:
        was = stream.read_bytes()
        now = MARK.sub(lambda m: m.group(0) if int(m.group(1)) in reached else ARTIFACT, was)
        if now != was:
            stream.write(now)


def _identify(pdf):
    """Put the identification of PDF/UA-1 into the metadata, kept readable in the file."""
    metadata = pdf.Root.Metadata.read_bytes()
    if b"pdfuaid:part" not in metadata:
        metadata = metadata.replace(b"</rdf:RDF>", UA_XMP + b"</rdf:RDF>", 1)
    fresh = pdf.make_stream(metadata)
    fresh["/Type"], fresh["/Subtype"] = Name.Metadata, Name.XML
    pdf.Root.Metadata = fresh
