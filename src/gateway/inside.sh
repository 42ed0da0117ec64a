# What every script that runs in a machine begins with: its arguments, its lines and whose process the gateway is. Only reads.
# Arguments: state directory, port, whatever the script wants, nonce, extra PATH. Needs a POSIX sh, head, tr, sed and ls.
# Whatever was written by somebody else is printed as hex digits or checked, so that nothing in it can pass for a line of
# these scripts.
state=$1
port=$2
lines=0

say() {
  lines=$((lines + 1))
  printf '%s\n' "$*"
}

# hex COMMAND… prints what a command prints in hex, 4 KiB at most, and its exit code. The output goes out through
# descriptor 4 while the exit code is caught through 3.
hex() {
  {
    code=$({
      {
        "$@"
        echo "$?" >&3
      } | head -c 4096 | od -An -v -tx1 | tr -d ' \n' >&4
    } 3>&1)
  } 4>&1
  printf ' %s\n' "$code"
}

# A field of a lock file; these are JSON on one line or on several.
field() {
  sed -n "s/.*\"$1\": *\"\{0,1\}\([^\",}]*\)\"\{0,1\}.*/\1/p" "$2" | head -n 1
}

# When a process started, in clock ticks since the machine did (field 22; the name before it may hold spaces). One that has
# ended and waits to be collected (Z) is none.
started() {
  stat=$(sed 's/^.*) //' "/proc/$1/stat") && [ -n "$stat" ] || return 1
  set -- $stat
  [ "$1" != Z ] || return 1
  shift 19
  echo "$1"
}

# Some releases rename their process to openclaw-gateway or to openclaw, so the command is one of these or has the word gateway.
is_gateway() {
  case " $(tr '\0' ' ' <"/proc/$1/cmdline") " in
    *' openclaw-gateway '* | ' openclaw '* | *' gateway '*) return 0 ;;
  esac
  return 1
}

# owner_by_lock FILE sets pid when the file names a live gateway of this very state directory.
owner_by_lock() {
  [ -f "$1" ] || return 1
  pid=$(field pid "$1")
  case $pid in '' | *[!0-9]*) return 1 ;; esac
  home=$(field stateDir "$1")
  if [ -z "$home" ]; then
    config=$(field configPath "$1")
    home=${config%/*}
  fi
  [ "${home%/}" = "${state%/}" ] || return 1
  is_gateway "$pid" || return 1
  born=$(field startTime "$1")
  [ -z "$born" ] || [ "$born" = "$(started "$pid")" ]
}

# owner_by_port sets pid to the process that listens on the port, unless its environment names another state directory.
owner_by_port() {
  local_port=$(printf '%04X' "$port")
  inode=$(sed -n "s/^ *[0-9]*: [0-9A-F]*:$local_port [0-9A-F]*:0000 0A [^ ]* [^ ]* [^ ]* *[0-9]* *[0-9]* \([0-9]*\) .*/\1/p" \
    /proc/net/tcp /proc/net/tcp6 | head -n 1)
  case $inode in '' | 0) return 1 ;; esac
  pid=$(ls -l /proc/[0-9]*/fd | sed -n \
    -e '/^\/proc\/\([0-9]*\)\/fd:$/{s//\1/;h;}' \
    -e "/ -> socket:\[$inode\]\$/{g;p;q;}")
  [ -n "$pid" ] || return 1
  home=$(tr '\0' '\n' <"/proc/$pid/environ" | sed -n 's/^OPENCLAW_STATE_DIR=//p' | head -n 1)
  [ -z "$home" ] || [ "${home%/}" = "${state%/}" ]
}

find_owner() {
  for lock in "$state"/tmp/openclaw-*/gateway.*.lock "${TMPDIR:-/tmp}"/openclaw-*/gateway.*.lock; do
    owner_by_lock "$lock" && return 0
  done
  owner_by_port && return 0
  pid=
  return 1
}

# find_version sets version from the package.json of the directory the gateway runs in, or beside its script.
find_version() {
  version=
  main=$(tr '\0' '\n' <"/proc/$pid/cmdline" | sed -n 2p)
  main=$(readlink -f "$main")
  for file in "/proc/$pid/cwd/package.json" "${main%/*}/package.json" "${main%/*}/../package.json"; do
    grep -q '"name": *"\(openclaw\|moltbot\|clawdbot\)"' "$file" || continue
    version=$(sed -n 's/.*"version": *"\([0-9][0-9A-Za-z.+-]*\)".*/\1/p' "$file" | head -n 1)
    break
  done
  [ -n "$version" ]
}
