# Looks at a gateway from inside its machine and prints what it sees, one fact a line. Only reads, and needs no token.
# Arguments: state directory, port, nonce, extra PATH. Needs a POSIX sh, head, od, tr, sed, ls and either curl or node; with
# grep and readlink it finds the version too. Whatever was written by somebody else is printed as hex digits or checked, so
# that nothing in it can pass for a line of this script.
state=$1
port=$2
nonce=$3
PATH=${PATH:+$PATH:}$4
export PATH
lines=0
client=

say() {
  lines=$((lines + 1))
  printf '%s\n' "$*"
}

# For images without curl: what `curl -i` would print, with curl's exit codes.
by_node='
const [, method, url] = process.argv
const request = require("http").request(url, { method, agent: false }, (response) => {
  const head = ["HTTP/1.1 " + response.statusCode]
  for (let i = 0; i < response.rawHeaders.length; i += 2)
    head.push(response.rawHeaders[i] + ": " + response.rawHeaders[i + 1])
  process.stdout.write(head.join("\r\n") + "\r\n\r\n")
  response.pipe(process.stdout)
})
request.on("error", (error) => process.exit(error.code === "ECONNREFUSED" ? 7 : 56))
setTimeout(() => process.exit(28), 3e3).unref()
request.end()'

ask() {
  url=http://127.0.0.1:$port$2
  case $client in
    curl) curl -q -s -i --http1.1 --noproxy '*' --connect-timeout 2 -m 3 -X "$1" "$url" ;;
    node) node -e "$by_node" -- "$1" "$url" ;;
  esac
}

# http NAME METHOD PATH prints "http NAME <answer in hex, 4 KiB at most> <exit code of the client>".
# The answer goes out through descriptor 4 while the exit code is caught through 3.
http() {
  lines=$((lines + 1))
  printf 'http %s ' "$1"
  {
    code=$({
      {
        ask "$2" "$3"
        echo "$?" >&3
      } | head -c 4096 | od -An -v -tx1 | tr -d ' \n' >&4
    } 3>&1)
  } 4>&1
  printf ' %s\n' "$code"
}

# One that refused (7) or hung (28) would do so again, and the time is short. Any other code may only mean that an answer was
# longer than what is read of it.
worth_asking() {
  [ "$code" != 7 ] && [ "$code" != 28 ]
}

# A field of a lock file; these are JSON on one line or on several.
field() {
  sed -n "s/.*\"$1\": *\"\{0,1\}\([^\",}]*\)\"\{0,1\}.*/\1/p" "$2" | head -n 1
}

# When a process started, in clock ticks since the machine did (field 22; the name before it may hold spaces).
started() {
  stat=$(sed 's/^.*) //' "/proc/$1/stat") && [ -n "$stat" ] || return 1
  set -- $stat
  shift 19
  echo "$1"
}

# Some releases rename their process to openclaw-gateway, so the command is either that or has the word gateway.
is_gateway() {
  case " $(tr '\0' ' ' <"/proc/$1/cmdline") " in
    *' openclaw-gateway '* | *' gateway '*) return 0 ;;
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

# The version in the package.json of the directory the gateway runs in, or beside its script.
package() {
  script=$(tr '\0' '\n' <"/proc/$pid/cmdline" | sed -n 2p)
  script=$(readlink -f "$script")
  for file in "/proc/$pid/cwd/package.json" "${script%/*}/package.json" "${script%/*}/../package.json"; do
    grep -q '"name": *"\(openclaw\|moltbot\|clawdbot\)"' "$file" || continue
    version=$(sed -n 's/.*"version": *"\([0-9][0-9A-Za-z.+-]*\)".*/\1/p' "$file" | head -n 1)
    [ -n "$version" ] && say package "$version"
    return
  done
}

process() {
  find_owner || return
  # It may have ended since it was found.
  born=$(started "$pid") && read -r uptime _ </proc/uptime || return
  rss=$(sed -n 's/^VmRSS:[^0-9]*\([0-9]*\) kB$/\1/p' "/proc/$pid/status")
  say process "$pid" "$born" "$(getconf CLK_TCK || echo 100)" "$uptime" "${rss:-0}"
  read -r boot </proc/sys/kernel/random/boot_id && say boot "$boot"
  package
}

look() {
  printf 'gateway-probe %s\n' "$nonce"
  if command -v curl >/dev/null; then client=curl; elif command -v node >/dev/null; then client=node; fi
  say client "${client:-none}"
  if [ -n "$client" ]; then
    http startupz GET /startupz
    worth_asking && http readyz GET /readyz
    worth_asking && http healthz GET /healthz
    worth_asking && http invoke POST /tools/invoke
  fi
  process
  printf 'end %s %s\n' "$nonce" "$lines"
}

look 2>/dev/null | head -c 40960
