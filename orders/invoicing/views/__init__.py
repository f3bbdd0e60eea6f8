"""Pages of this room: bills and their month, paper terms, other documents, sets by purchase order.

Buyers see their own documents; the rest is the cooperative's.
"""
