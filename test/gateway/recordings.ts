import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const DIRECTORY = fileURLToPath(new URL('../fixtures/openclaw/', import.meta.url))

export const recordedFiles = (ending: string): readonly string[] =>
  readdirSync(DIRECTORY).filter((name) => name.endsWith(ending))
export const recorded = (name: string): string => readFileSync(join(DIRECTORY, name), 'utf8')

/** The lines a recorded process printed, without the recorder's columns. */
export const loggedLines = (name: string): readonly string[] =>
  recorded(name)
    .split('\n')
    .map((line) => /^\s*\d+\.\d+ (?:out|err) (.*)$/.exec(line)?.[1])
    .filter((line) => line !== undefined)

/** Text with what differs from run to run taken out: numbers, ids, paths. */
export const normal = (text: string): string =>
  text
    .replaceAll(/^\d{4}-\S+?(?:Z|\+00:00) /g, '')
    .replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UUID')
    .replaceAll(/\/(?:data\d?|tmp)\S*?(?=[':;,)\s]|$)/g, 'PATH')
    .replaceAll(/\d+(?:\.\d+)?/g, 'N')
