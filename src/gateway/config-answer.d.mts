/** See config-answer.mjs. */
export function answerConfig(words: readonly string[], now?: () => number): Promise<string>
