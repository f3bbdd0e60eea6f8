import pytest


@pytest.mark.django_db
def test_x(client):
    assert client.get("/").status_code == 200
