import type { Press } from './invocation.ts'

/** The app's name, alone or with the reason behind it. */
export const isNamed = ({ answer = '' }: Press, app: string): boolean =>
  answer
    .trim()
    .toLowerCase()
    .split(/[\s,:;]+/)[0] === app

/** Why, as it was typed behind the name; null without. */
export const reasonOf = ({ answer = '' }: Press, app: string): string | null =>
  answer
    .trim()
    .slice(app.length)
    .replace(/^[\s,:;]*(?:because\b|因為|由於)?[\s,:;]*/i, '')
    .slice(0, 200) || null
