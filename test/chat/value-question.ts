import type { Question } from '../../src/core/front.ts'

/** What is given for a value: it may be seen nowhere but where it was taken. */
export const CANARY = 'Kanari0nTest-8f3Qz71LmX04'
export const TOKEN = 'p-0123456789abcdefghijkl'

/** A command that waits for a value, typed or in a file. */
export const valueQuestion = (
  begin: () => void = () => {},
  { lines = false }: { readonly lines?: boolean } = {},
): Question => ({
  kind: 'question',
  token: TOKEN,
  title: '/openclaw secrets set',
  label: 'The value',
  placeholder: undefined,
  secret: true,
  value: {
    lines,
    file: { label: 'Or a file that holds it', rule: 'Text in UTF-8' },
    forMs: 600_000,
    begin: async () => begin(),
  },
})
