"""Where a one-time link leads: to choose a password. Who is signed out finds the same, drawn by the shell."""

from __future__ import annotations

from okrdash.ui.new_password import draw_by_link
from okrdash.ui.session import require

require()
draw_by_link()
