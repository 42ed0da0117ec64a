/** Whether there is room for the program's own check, by what Linux says in /proc/meminfo. */
export function hasRoom(meminfo: string): boolean
