"""The technical admin's view of users."""

from django.contrib import admin

from marketplace.accounts.models import User


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    list_display = ["email", "phone", "first_name", "last_name", "is_active", "is_superuser"]
    search_fields = ["email", "phone", "first_name", "last_name"]
    exclude = ["password"]

    def has_delete_permission(self, request: object, obj: object = None) -> bool:
        return False
