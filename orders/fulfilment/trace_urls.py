"""The public story of a pack: `/t/<code>`."""

from django.urls import path

from orders.fulfilment.views import trace

app_name = "trace"
urlpatterns = [path("<str:code>", trace.story, name="story")]
