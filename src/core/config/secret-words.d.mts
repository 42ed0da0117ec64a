/** Whether what stands behind this key is to be masked, and everything below it. */
export function isSecretKey(name: string): boolean
/** Whether a number behind a secret key only counts something. */
export function isCount(name: string): boolean
/** Whether a value has the looks of a token, wherever it stands. */
export function looksSecret(value: string): boolean
/** The same for keys, which people do choose: ids of guilds and names of agents are none. */
export function keyLooksSecret(name: string): boolean
