"""Migrations of Oscar's `basket` app followed by our own.

Other Oscar apps depend on Oscar's migrations of this label by name, so they must be found here;
`__path__` adds Oscar's folder behind ours instead of copying its files. New migrations are
written to our folder, which comes first.
"""

from oscar.apps.basket import migrations as oscar_migrations

__path__ = [*__path__, *oscar_migrations.__path__]
