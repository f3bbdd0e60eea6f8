"""Where Stripe tells."""

from django.urls import path

from orders.gateway import webhooks

urlpatterns = [path("stripe/", webhooks.stripe_events, name="stripe_webhook")]
