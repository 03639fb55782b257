"""Addresses of the pipeline, the reviews and the composition; part of `urls.py`."""

from django.urls import path

from cohorts.views import composing, numbers, pack, pipeline, reviewing, sharing

SPRINT = "staff/sprints/<slug:slug>/"

urlpatterns = [
    # --- pipeline
    path(f"{SPRINT}applications/", pipeline.pipeline, name="pipeline"),
    path(f"{SPRINT}applications/step/", pipeline.bulk_step, name="pipeline_step"),
    path(f"{SPRINT}applications/export.<slug:kind>", pipeline.export, name="pipeline_export"),
    # --- reviewers
    path("reviews/", reviewing.reviews, name="reviews"),
    path("reviews/<uuid:uid>/", reviewing.review, name="review"),
    path("reviews/<uuid:uid>/aside/", reviewing.step_aside, name="review_aside"),
    path("reviews/<uuid:uid>/talk/", reviewing.talk, name="review_talk"),
    # --- staff: who reads what
    path(f"{SPRINT}reviews/", sharing.review_round, name="review_round"),
    path(f"{SPRINT}reviews/weights/", sharing.reweigh, name="review_weights"),
    path(f"{SPRINT}reviews/share-out/", sharing.share_out, name="review_share_out"),
    path("staff/applications/<uuid:uid>/reviews/", sharing.compare, name="review_compare"),
    path("staff/applications/<uuid:uid>/reviews/ask/", sharing.ask, name="review_ask"),
    path("staff/applications/<uuid:uid>/reviews/aside/", sharing.aside, name="review_set_aside"),
    path("staff/applications/<uuid:uid>/reviews/talk/", sharing.talk, name="review_staff_talk"),
    path("staff/reviews/<uuid:uid>/take-back/", sharing.take_back, name="review_take_back"),
    path("staff/reviews/<uuid:uid>/reopen/", sharing.reopen, name="review_reopen"),
    # --- composition
    path(f"{SPRINT}composition/", composing.composition, name="composition"),
    path(f"{SPRINT}composition/save/", composing.save, name="composition_save"),
    path("staff/sets/<uuid:uid>/choose/", composing.choose, name="composition_choose"),
    path("staff/sets/<uuid:uid>/select/", composing.select, name="composition_select"),
    path("staff/sets/<uuid:uid>/discard/", composing.discard, name="composition_discard"),
    # --- on paper and in figures
    path(f"{SPRINT}pack/", pack.pack, name="pack"),
    path(f"{SPRINT}pack.pdf", pack.pack_pdf, name="pack_pdf"),
    path(f"{SPRINT}numbers/", numbers.numbers, name="numbers"),
]
