#!/bin/sh
# Sees to it that the system has what the project needs: `system-packages.sh read|make`.
#   read  what reading scans needs: Python's venv; the reader is part of the project
#   make  that, the faces that made-up scans are typed and printed in, a browser for reports, and
#         Tesseract, the other engine and the peer of the benchmarks
# Installs through apt as root; otherwise says what to install, and fails.
set -eu

peer="tesseract-ocr tesseract-ocr-rus"
making="fontconfig fonts-gnutypewriter fonts-cmu fonts-paratype fonts-liberation
    fonts-anonymous-pro fonts-croscore fonts-freefont-ttf fonts-go fonts-klee
    fonts-urw-base35"
looking="chromium"

case "${1:-}" in
read) wanted="python3-venv" ;;
make) wanted="python3-venv $peer $making $looking" ;;
*)
    echo "usage: $0 read|make" >&2
    exit 2
    ;;
esac

# What is there already counts, wherever it came from.
there() {
    case "$1" in
    python3-venv) python3 -c 'import ensurepip, venv' ;;
    tesseract-ocr) command -v tesseract ;;
    chromium) command -v chromium || command -v chromium-browser || command -v google-chrome ;;
    tesseract-ocr-rus) tesseract --list-langs 2>&1 | grep -qx rus ;;
    *) dpkg -s "$1" 2>/dev/null | grep -q '^Status: install ok installed' ;;
    esac >/dev/null 2>&1
}

missing=""
for package in $wanted; do
    there "$package" || missing="$missing $package"
done
[ -z "$missing" ] && exit 0

if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "installing with apt-get:$missing"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -q
    # shellcheck disable=SC2086  # a list of packages
    apt-get install -q -y --no-install-recommends $missing
else
    echo "error: missing from this system:$missing" >&2
    echo "install it, then run make again:  sudo apt-get install$missing" >&2
    exit 1
fi
