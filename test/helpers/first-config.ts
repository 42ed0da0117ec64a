import { createHash } from 'node:crypto'
import type { ExecHandler } from '../fakes/fly/runtime.ts'

/** Config files of machines that have no inside, by machine. */
export type ConfigFiles = Map<string, string>

const sum = (content: string): string => createHash('sha256').update(content).digest('hex')

/** Answers the script that writes the first config file as a machine would: never over one that is there. */
export function answerFirstConfig(files: ConfigFiles): ExecHandler {
  return ({ machine, command }) => {
    const [, , script = '', , , data = '', , word = ''] = command
    if (!script.includes('first-config')) throw new Error(`no exec was expected: ${script}`)
    const there = files.get(machine.id)
    const content = there ?? Buffer.from(data, 'base64').toString()
    files.set(machine.id, content)
    const what = there === undefined ? 'written' : 'there'
    return { stdout: `first-config ${word} ${what} ${sum(content)}\n` }
  }
}
