#!/bin/sh
# Makes sure that there is a Chromium for the browser tests, or says which command installs one.
set -eu
python=$1
have() { command -v chromium-headless-shell >/dev/null 2>&1 || command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1; }
playwright_has() { "$python" -c 'import pathlib, sys
from playwright.sync_api import sync_playwright
with sync_playwright() as p:
    sys.exit(not pathlib.Path(p.chromium.executable_path).exists())'; }

have && exit 0
playwright_has && exit 0
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    echo "installing Chromium for the browser tests"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq >/dev/null 2>&1 || true
    for package in chromium-headless-shell chromium; do
        apt-get install -y -qq --no-install-recommends $package fonts-liberation >/dev/null 2>&1 && have && exit 0
    done
fi
"$python" -m playwright install chromium >/dev/null 2>&1 && playwright_has && exit 0
echo "The browser tests need Chromium. Install it with:  sudo apt-get install chromium" >&2
echo "or skip these tests with:  make test BROWSER=no" >&2
exit 1
