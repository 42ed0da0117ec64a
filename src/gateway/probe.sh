# Looks at a gateway from inside its machine and prints what it sees, one fact a line. Only reads.
# Behind inside.sh. Arguments: state directory, port, seconds to wait at most, a run that does not count, the text of the program
# that asks about channels (empty: they are not asked about), nonce, extra PATH. Only that program uses a token, which it reads itself.
# Needs od and either curl or node; with grep and readlink it finds the version too.
wait=$3
other=$4
asker=$5
nonce=$6
PATH=${PATH:-/bin}$7
export PATH
client=
patience=3
# What a Node that asks takes for a moment is 50 MB; the gateway must not be killed for that.
room_kb=131072

# For images without curl: what `curl -i` would print, with curl's exit codes.
by_node='
const [, method, url, patience] = process.argv
const request = require("http").request(url, { method, agent: false }, (response) => {
  const head = ["HTTP/1.1 " + response.statusCode]
  for (let i = 0; i < response.rawHeaders.length; i += 2)
    head.push(response.rawHeaders[i] + ": " + response.rawHeaders[i + 1])
  process.stdout.write(head.join("\r\n") + "\r\n\r\n")
  response.pipe(process.stdout)
})
request.on("error", (error) => process.exit(error.code === "ECONNREFUSED" ? 7 : 56))
setTimeout(() => process.exit(28), patience * 1e3).unref()
request.end()'

ask() {
  url=http://127.0.0.1:$port$2
  case $client in
    curl) curl -q -s -i --http1.1 --noproxy '*' --connect-timeout 2 -m "$patience" -X "$1" "$url" ;;
    node) node -e "$by_node" -- "$1" "$url" "$patience" ;;
  esac
}

# http NAME METHOD PATH prints "http NAME <answer in hex> <exit code of the client>".
http() {
  lines=$((lines + 1))
  printf 'http %s ' "$1"
  hex ask "$2" "$3"
}

# One that refused (7) or hung (28) would do so again, and the time is short. Any other code may only mean that an answer was
# longer than what is read of it.
worth_asking() {
  [ "$code" != 7 ] && [ "$code" != 28 ]
}

# Status and type of what answers at a path, on one line.
kind_of() {
  ask GET "$1" | head -c 4096 | tr -d '\r' | sed -n \
    -e '1s|^HTTP/[0-9.]* \([0-9]*\).*|\1|p' \
    -e '/^$/q' \
    -e 's|^[Cc]ontent-[Tt]ype: *\([a-z/-]*\).*|\1|p' | tr '\n' ' '
}

# Nothing better will come of waiting. A hint and no more: what counts is the look that follows.
has_come_up() {
  case $(kind_of /startupz) in
    '200 application/json '*) return 0 ;;
    '200 '* | '404 '*) ;;
    *) return 1 ;;
  esac
  case $(kind_of /readyz) in
    '200 '* | '404 '*) return 0 ;;
  esac
  return 1
}

# The run that does not count (boot:pid:start) is still there.
lingers() {
  read -r boot </proc/sys/kernel/random/boot_id || return 1
  case $other in "$boot":*) ;; *) return 1 ;; esac
  old=${other#"$boot":}
  [ "$(started "${old%:*}")" = "${old#*:}" ]
}

# Seconds since the machine's boot, by a clock that nobody sets.
seconds() {
  read -r now _ </proc/uptime && now=${now%%.*}
}

wait_until_up() {
  seconds || return
  end=$((now + wait))
  patience=1
  while seconds && [ "$now" -lt "$end" ]; do
    lingers || ! has_come_up || break
    sleep 0.5 || sleep 1 || break
  done
  patience=3
}

process() {
  find_owner || return
  # It may have ended since it was found.
  born=$(started "$pid") && read -r uptime _ </proc/uptime || return
  rss=$(sed -n 's/^VmRSS:[^0-9]*\([0-9]*\) kB$/\1/p' "/proc/$pid/status")
  say process "$pid" "$born" "$(getconf CLK_TCK || echo 100)" "$uptime" "${rss:-0}"
  read -r boot </proc/sys/kernel/random/boot_id && say boot "$boot"
  find_version && say package "$version"
}

by_asker() {
  unset NODE_OPTIONS
  "$node" --max-old-space-size=48 --input-type=module -e "$asker" -- "$port" "$pid" "$born" "$state"
}

# Prints "channels <answer in hex> <exit code>", or why nobody was asked. Behind process, which finds pid and born.
channels() {
  [ -n "$pid" ] && [ -n "$born" ] || { say channels-not owner && return; }
  available=$(sed -n 's/^MemAvailable:[^0-9]*\([0-9]*\) kB$/\1/p' /proc/meminfo)
  [ "${available:-0}" -ge "$room_kb" ] || { say channels-not memory && return; }
  node=$(command -v node || readlink "/proc/$pid/exe")
  case $node in */node*) ;; *) say channels-not node && return ;; esac
  lines=$((lines + 1))
  printf 'channels '
  hex by_asker
}

look() {
  printf 'gateway-probe %s\n' "$nonce"
  if command -v curl >/dev/null; then client=curl; elif command -v node >/dev/null; then client=node; fi
  say client "${client:-none}"
  if [ -n "$client" ]; then
    [ "$wait" = 0 ] || wait_until_up
    http startupz GET /startupz
    worth_asking && http readyz GET /readyz
    worth_asking && http healthz GET /healthz
    worth_asking && http invoke POST /tools/invoke
  fi
  process
  [ -z "$asker" ] || ! worth_asking || channels
  printf 'end %s %s\n' "$nonce" "$lines"
}

look 2>/dev/null | head -c 40960
