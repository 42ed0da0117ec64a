import type { WebSocket } from 'ws'
import type { FakeUser, World } from './world.ts'

interface Payload {
  readonly op: number
  readonly d?: unknown
  readonly s?: number
  readonly t?: string
}
interface Session {
  readonly id: string
  readonly sent: Payload[]
  socket: WebSocket | undefined
}

/** The gateway: sessions that can be resumed, and the ways a connection ends. */
export interface Gateway {
  readonly accept: (socket: WebSocket) => void
  readonly dispatch: (type: string, data: unknown) => void
  readonly identifies: () => number
  readonly resumes: () => number
  /** Op 7: "reconnect and resume". */
  readonly reconnect: () => void
  /** Op 9; a session that can't be resumed is forgotten. */
  readonly invalidate: (resumable: boolean) => void
  /** Closes with a code, or cuts the connection without a word. */
  readonly drop: (code?: number) => void
  readonly answerHeartbeats: (answer: boolean) => void
  readonly setHeartbeatInterval: (ms: number) => void
  readonly isConnected: () => boolean
}

export function createGateway(world: World, url: () => string): Gateway {
  const state: State = {
    world,
    url,
    sessions: new Map(),
    count: { identify: 0, resume: 0 },
    current: undefined,
    answers: true,
    intervalMs: 41_250,
  }
  const push = (payload: Payload): void => state.current?.socket?.send(JSON.stringify(payload))
  return {
    accept: (socket) => accept(state, socket),
    dispatch(type, data) {
      if (state.current === undefined) throw new Error('no bot has connected to the fake gateway')
      send(state.current, type, data)
    },
    identifies: () => state.count.identify,
    resumes: () => state.count.resume,
    reconnect: () => push({ op: 7, d: null }),
    invalidate(resumable) {
      if (!resumable) state.sessions.clear()
      push({ op: 9, d: resumable })
    },
    drop(code) {
      const socket = state.current?.socket
      if (state.current) state.current.socket = undefined
      if (code === undefined) socket?.terminate()
      else socket?.close(code)
    },
    answerHeartbeats(answer) {
      state.answers = answer
    },
    setHeartbeatInterval(ms) {
      state.intervalMs = ms
    },
    isConnected: () => state.current?.socket !== undefined,
  }
}

interface State {
  readonly world: World
  readonly url: () => string
  readonly sessions: Map<string, Session>
  readonly count: { identify: number; resume: number }
  current: Session | undefined
  answers: boolean
  intervalMs: number
}

function accept(state: State, socket: WebSocket): void {
  socket.on('message', (data: Buffer) => hear(state, socket, JSON.parse(String(data)) as Payload))
  socket.on('close', () => {
    if (state.current?.socket === socket) state.current.socket = undefined
    state.world.events.emit('gone')
  })
  socket.send(JSON.stringify({ op: 10, d: { heartbeat_interval: state.intervalMs } }))
}

function hear(state: State, socket: WebSocket, { op, d }: Payload): void {
  if (op === 1) {
    state.world.events.emit('heartbeat')
    if (state.answers) socket.send(JSON.stringify({ op: 11 }))
  }
  if (op === 2) identify(state, socket, d as Identify)
  if (op === 6) resume(state, socket, d as Resume)
}

function identify(state: State, socket: WebSocket, { token, intents }: Identify): void {
  const { world, sessions, count } = state
  count.identify += 1
  if (token !== world.token) return socket.close(4004, 'Authentication failed.')
  const session: Session = { id: `session-${count.identify}`, sent: [], socket }
  sessions.set(session.id, session)
  state.current = session
  send(session, 'READY', readyData(world, session.id, state.url()))
  if ((intents & 1) === 1) sendGuilds(world, (guild) => send(session, 'GUILD_CREATE', guild))
  world.events.emit('identify')
}

/** What was missed is replayed, then said to be all. */
function resume(state: State, socket: WebSocket, { session_id: id, seq }: Resume): void {
  state.count.resume += 1
  const session = state.sessions.get(id)
  if (session === undefined) return socket.send(JSON.stringify({ op: 9, d: false }))
  session.socket = socket
  state.current = session
  for (const payload of session.sent.filter(({ s = 0 }) => s > seq))
    socket.send(JSON.stringify(payload))
  send(session, 'RESUMED', {})
  state.world.events.emit('resume')
}

function send(session: Session, t: string, d: unknown): void {
  const payload = { op: 0, t, d, s: session.sent.length + 1 }
  session.sent.push(payload)
  session.socket?.send(JSON.stringify(payload))
}

interface Identify {
  readonly token: string
  readonly intents: number
}
interface Resume {
  readonly session_id: string
  readonly seq: number
}

const readyData = (world: World, session: string, url: string) => ({
  v: 10,
  user: { id: world.app, username: 'openclaw-ops', discriminator: '0', avatar: null, bot: true },
  guilds: [...world.guilds.values()]
    .filter(({ id }) => !world.left.has(`${id} ${world.app}`))
    .map(({ id }) => ({ id, unavailable: true })),
  session_id: session,
  resume_gateway_url: url,
  application: { id: world.app, flags: 0 },
  shard: [0, 1],
})

const EMPTY = {
  emojis: [],
  stickers: [],
  voice_states: [],
  presences: [],
  stage_instances: [],
  guild_scheduled_events: [],
  members: [],
  threads: [],
}

/** An unavailable guild stays in READY's list and never arrives. */
function sendGuilds(world: World, send: (guild: object) => void): void {
  for (const { id, unavailable } of world.guilds.values()) {
    if (unavailable) continue
    const channels = [...world.channels.values()].filter(({ guild }) => guild === id)
    send({ ...EMPTY, id, name: 'guild', channels, roles: [{ id, name: '@everyone' }] })
  }
}

/** A person as payloads show them. */
export const userObject = ({ id, name }: FakeUser) => ({
  id,
  username: name,
  global_name: null,
  discriminator: '0',
  avatar: null,
})
