import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { inTime } from './in-time.ts'

/** A script of this folder in a process of its own, that answers one message with one message. */
export interface Child {
  readonly ask: <T>(message: object) => Promise<T>
  readonly stop: () => Promise<void>
}

/** Starts it with one JSON value as its argument and waits until it says that it is ready. */
export async function startChild(
  script: string,
  argument: object,
  {
    flags = [],
    longestMs,
  }: { readonly flags?: readonly string[]; readonly longestMs?: number } = {},
): Promise<Child> {
  const child = fork(join(import.meta.dirname, script), [JSON.stringify(argument)], {
    execPath: process.execPath,
    execArgv: [...flags],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  await inTime(answer(child, script), `start of ${script}`)
  return {
    async ask(message) {
      child.send(message)
      return (await inTime(answer(child, script), `answer of ${script}`, longestMs)) as never
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exit = once(child, 'exit')
      child.disconnect()
      await exit
    },
  }
}

async function answer(child: ChildProcess, script: string): Promise<unknown> {
  const over = new AbortController()
  const { signal } = over
  const ended = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`${script} ended with ${String(code)}`)
  })
  try {
    const [message] = (await Promise.race([once(child, 'message', { signal }), ended])) as unknown[]
    return message
  } finally {
    ended.catch(() => {})
    over.abort()
  }
}

/** The other side: reads the argument, says that it is ready, answers what is asked, and ends with its parent. */
export async function serveParent<A, Q>(
  open: (argument: A) => Promise<{
    readonly answer: (question: Q) => Promise<unknown>
    readonly close: () => Promise<void>
  }>,
): Promise<void> {
  const { answer: reply, close } = await open(JSON.parse(process.argv[2] ?? '') as A)
  process.on('message', (question) => {
    reply(question as Q).then(
      (result) => process.send?.(result ?? null),
      (error: unknown) => {
        console.error(error)
        process.exit(1)
      },
    )
  })
  process.once('disconnect', () => void close().finally(() => process.exit()))
  process.send?.('ready')
}
