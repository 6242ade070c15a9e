"""`python -m okrdash`."""

from okrdash.cli import main

raise SystemExit(main())
