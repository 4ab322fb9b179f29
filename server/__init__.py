"""邻里守望 (Linli): the server of a neighbourhood-care system; start reading at registry.py."""
