from django.urls import path

from engagement_plans.views import (
    arranging,
    looking_back,
    publishing,
    reading,
    reviewing,
    talking,
    writing,
)

app_name = "engagement_plans"

PLAN = "plans/<uuid:uid>/"
ANSWER = f"{PLAN}answers/<slug:key>/"
ROW = f"{ANSWER}rows/<uuid:row>/"
THREAD = "plans/threads/<uuid:uid>/"

urlpatterns = [
    path("plan/", reading.mine, name="mine"),
    path("plans/", reading.list_plans, name="plans"),
    path(PLAN, reading.plan, name="plan"),
    path(f"{PLAN}sections/<slug:key>/", reading.section, name="section"),
    path(ANSWER, writing.answer, name="answer"),
    path(f"{ANSWER}save/", writing.save, name="save"),
    path(f"{ANSWER}public/", arranging.set_public, name="set_public"),
    path(f"{ANSWER}earlier/", looking_back.history, name="history"),
    path(f"{ANSWER}comment/", talking.comment, name="comment"),
    path(f"{ANSWER}rows/add/", writing.add_row, name="add_row"),
    path(ROW, writing.row, name="row"),
    path(f"{ROW}save/", writing.save, name="save_row"),
    path(f"{ROW}move/", arranging.move_row, name="move_row"),
    path(f"{ROW}remove/", arranging.remove_row, name="remove_row"),
    path(f"{ROW}restore/", arranging.restore_row, name="restore_row"),
    path(f"{ROW}earlier/", looking_back.history, name="row_history"),
    path(f"{THREAD}reply/", talking.reply, name="reply"),
    path(f"{THREAD}resolve/", talking.resolve, name="resolve"),
    path(f"{PLAN}hand-in/", reviewing.hand_in, name="hand_in"),
    path(f"{PLAN}verdict/", reviewing.verdict, name="verdict"),
    path(f"{PLAN}decide/", reviewing.decide, name="decide"),
    path(f"{PLAN}handed-in/<int:number>/", reviewing.snapshot, name="snapshot"),
    path(f"{PLAN}best-practice/", publishing.make_best_practice, name="make_best_practice"),
]
