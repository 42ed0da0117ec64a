import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { ROOT } from './helpers/sources.ts'
import { tracked } from './helpers/tracked.ts'

/** All of it; the map in `src/README.md` begins one level below. */
const TOP = [
  '.ci bench commands docs src test',
  '.dockerignore .gitignore .oxlintrc.json .prettierignore',
  'CHANGELOG.md Dockerfile LICENSE README.md fly.toml',
  'package-lock.json package.json tsconfig.json',
].flatMap((line) => line.split(' '))
/** What was recorded from the real programs, with the paths and files of where they ran. */
const RECORDED = 'test/fixtures/'
const OWN = 'test/top-level.test.ts'

const files = tracked()

test('the top level holds what is known, and nothing else', () => {
  const found = new Set(files.map((path) => path.split('/')[0] ?? ''))
  assert.deepEqual([...found].toSorted(), TOP.toSorted())
})

/** What programs leave behind: state, locks, process ids, sockets, dumps, logs, copies of editors. */
const LEFT = [
  /(?:^|\/)(?:tmp|temp|state|coverage|\.cache|\.openclaw-ops)\//,
  /(?:^|\/)(?:core(?:\.\d+)?|nohup\.out|engine\.json|secret\.key|\.DS_Store|\.env(?:\.\w+)?)$/,
  /\.(?:pid|sock|fake|lock|key|pem|log|tmp|bak|orig|rej|sw[op]|tgz|heapsnapshot|cpuprofile)$|~$/,
  /\.(?:rdb|aof|(?:db|sqlite)(?:-wal|-shm)?)$/,
]

test('nothing that a run leaves behind is tracked', () => {
  const left = (paths: readonly string[]): readonly string[] =>
    paths.filter((path) => !path.startsWith(RECORDED) && LEFT.some((pattern) => pattern.test(path)))
  assert.deepEqual(left(files), [])
  const planted = ['tmp/x', 'state/ops.db', 'a/redis.pid', 'x.fake', '.env', 'src/a.ts~', 'core.81']
  assert.deepEqual(left([...planted, 'package-lock.json', 'src/core/lock.ts']), planted)
})

/** Where people, and the machines that build for them, have their files. */
const HOMES = [
  /(?<![\w.])\/Users\/[a-z]\w+/i,
  /(?<![\w./<])\/home\/(?!node\b|app\b|<|you\b)[a-z]\w+/,
  /(?<![\w.])\/root\/(?!\.clawdbot\b)/,
  /(?<![\w.])\/(?:private\/)?var\/folders\/|\/workspaces?\/|\b[A-Z]:\\Users\\/,
]
const literally = (path: string) => new RegExp(`${RegExp.escape(path)}\\b`)

function places(path: string): readonly RegExp[] {
  const home = homedir()
  const here = [ROOT.replace(/\/$/, ''), ...(home.length > 6 ? [home] : [])].map(literally)
  return path.startsWith(RECORDED) ? here : [...here, ...HOMES]
}

test('no file of any kind names a place of the machine it was written on', () => {
  for (const path of files.filter((name) => name !== OWN)) {
    const content = readFileSync(join(ROOT, path), 'latin1')
    for (const pattern of places(path))
      assert.ok(!pattern.test(content), `${path} has ${pattern.exec(content)?.[0]}`)
  }
})

test('a path of somebody’s machine is found', () => {
  const known = (text: string) => places('x').some((pattern) => pattern.test(text))
  for (const text of ['in /home/ana/x', '"/Users/ana"', 'file:///root/x', `${ROOT}/src`])
    assert.ok(known(text), text)
  for (const text of ['/home/node/.cache', '/home/<you>/x', '~/.fly', 'https://x.example/home/a'])
    assert.ok(!known(text), text)
})
