# Finds a Python that can build the environment, then hands over to scripts/_lib.
# Sourced by the commands; needs nothing but a POSIX shell.
set -eu
LINLI_ROOT=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
export LINLI_ROOT

_fit='import sys, venv, ensurepip, ssl, sqlite3; sys.exit(not (3, 11) <= sys.version_info[:2])'
_new='import sys; sys.exit(not (3, 11) <= sys.version_info[:2])'

find_python() {
    _old_enough=''
    for _name in ${PYTHON:-} python3.12 python3.11 python3.13 python3.14 python3 python; do
        _path=$(command -v "$_name" 2>/dev/null) || continue
        if "$_path" -c "$_fit" >/dev/null 2>&1; then
            LINLI_PYTHON=$_path
            return 0
        fi
        if "$_path" -c "$_new" >/dev/null 2>&1; then _old_enough=$_path; fi
    done
    if [ -n "$_old_enough" ]; then
        echo "✗ $_old_enough 缺少 venv/ensurepip，建不了环境。Debian/Ubuntu 请先运行：sudo apt install python3-venv" >&2
        echo "  $_old_enough lacks venv/ensurepip. On Debian/Ubuntu run: sudo apt install python3-venv" >&2
    else
        echo "✗ 没有找到 Python 3.11 或更新的版本。请先安装，例如：sudo apt install python3 python3-venv" >&2
        echo "  No Python 3.11 or newer was found. Install one, e.g.: sudo apt install python3 python3-venv" >&2
        echo "  (装在别处？ elsewhere? PYTHON=/path/to/python3.11 $0)" >&2
    fi
    exit 3
}

# run_lib MODULE ARGS...: a module of scripts/_lib under the Python that was found.
run_lib() {
    _module=$1
    shift
    find_python
    PYTHONPATH="$LINLI_ROOT" exec "$LINLI_PYTHON" -P -m "scripts._lib.$_module" "$@"
}

# run_in_env run|dev MODULE ARGS...: the environment of that kind is made ready, then a module runs inside it.
run_in_env() {
    find_python
    _kind=$1
    shift
    PYTHONPATH="$LINLI_ROOT" "$LINLI_PYTHON" -P -m scripts._lib.environment "$_kind" >&2
    PYTHONPATH="$LINLI_ROOT" exec "$LINLI_ROOT/.venv/bin/python" -P -m "$@"
}
