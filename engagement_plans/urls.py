app_name = "engagement_plans"
urlpatterns = []
