"""Addresses of the pages where people work on products and grade cards."""

from django.urls import path

from catalogue import work_views as views

app_name = "goods"
urlpatterns = [
    path("products/", views.products, name="products"),
    path("products/archive/", views.archive, name="archive"),
    path("products/restore/", views.restore, name="restore"),
    path("products/<int:pk>/", views.edit_product, name="product"),
    path("products/<int:pk>/tax/", views.add_tax, name="tax"),
    path("products/<int:pk>/card/<str:grade>/", views.edit_card, name="card"),
    path("specifications/", views.specifications, name="specifications"),
    path("specifications/<int:pk>/<str:grade>/", views.edit_specification, name="specification"),
]
