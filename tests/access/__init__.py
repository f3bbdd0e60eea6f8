"""Who may open which page: one table per room, walked against the real addresses.

`table_<room>.py` of a room holds two names.

`TABLE: dict[str, tuple[str, ...] | str]` maps every URL name of the room's `urls.py`
("parties:groups") to who may open it:

- `"public"`: anybody,
- `"signed-in"`: anybody who is signed in,
- `"development"`: nobody (404) outside a developer's machine,
- a tuple of role names (`("staff", "treasurer")`): holders of one of these roles. The superuser
  always may.

`EXAMPLES: dict[str, Callable[[World], dict[str, Any] | None]]` (only for URLs with arguments) maps
a URL name to a function that makes (or finds) an object and returns the URL's arguments for it. It is
called in a rolled-back transaction with a `World` (`tests/access/world.py`):

- `world.cooperative, world.hub, world.group, world.buyer, world.agency, world.person, world.site,
  world.cycle`: the parties that the walking roles belong to,
- `world.other_group, world.other_buyer, world.other_person, world.other_site`: parties of nobody
  who walks, so an object of theirs must be a 404,
- `world.foreign`: True when an object of the *others* is asked for, False for an own one. Most
  examples read `world.its_group, world.its_buyer, world.its_person, world.its_site`, which are the
  own or the other ones accordingly.

    EXAMPLES = {"parties:group": lambda world: {"pk": world.its_group.pk}}

What is made by an example is rolled back after its requests, so examples of other URLs make their
own. Return None when there is no such thing as a foreign object (a cycle belongs to the hub).

What the walk asks, of every URL and every role:

- a role outside the table: anonymous is led to the sign-in door, anybody else gets 403;
- a role inside it, own object: not 403, not 404 and not an error (a POST-only page answers 405);
- a role inside it, foreign object: 404, unless the role sees all parties (staff, treasurer, agency
  where the table lets it, superuser).

A URL that is missing in the tables fails, and so does a row without a URL, and a URL with arguments
without an example.
"""
