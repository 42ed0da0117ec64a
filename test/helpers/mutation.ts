/**
 * Commands that change something, run for real against the fake Fly: the real registry, dispatcher, confirmation, runner, jobs, Fly
 * client and gateway probe; state and queue in memory; one worker after another. Owner 100 asks, everyone of people.ts has their role.
 *
 *     const { run, look, fly, deployed, inside, clock } = await scene(t, { deploy: { private: true } })
 *     const { asked, end, job, calls, said } = await run('restart machine=all', { press: true })
 *
 * - `scene(t, options)`: the guide's deployment (`my-openclaw`, one machine) and more in `fly`. Machines have no inside and time jumps
 *   (`clock` is the fake's); `inside.ready = (machine, probes) => …` says what a probe sees, `inside.exec` answers every other exec.
 *   With `{ runtime: 'process' }` machines are real gateways and time is real.
 * - `run(line, { press, actor, locale, answer })`: types the line; with `press` also Confirm (typing the app's name where asked) or
 *   Approve as another admin. Gives the question, the newest words, the job's record, Fly's calls (plan included), all words said.
 *   A command whose `confirm` is none needs no press. `look(ran)`: the next second look (`follow`). `cancel()`: whatever runs now.
 * - `killEverywhere({ line, scene, arrange, check })`: once undisturbed, then once for each point (before and after every change at
 *   Fly and every record of a job, before every read) with the worker killed there as by SIGKILL and another one going on.
 * - `faultEverywhere({ … })`: each call of the command, plan included, spoiled in each way of `FAULTS`.
 *   Both check by themselves that the job ended, a failure names a next step, no lease of ours is left and the lane is free; `check`
 *   adds what is the command's own: at most one effect (look at `fly.machine(id).events`), and words that tell the state truly.
 * - `wordsOf(reply)`: every sentence of a reply; `bootsOf(machine)`: how often it has started.
 */
export { bootsOf } from './mutation/inside.ts'
export { type Everywhere, faultEverywhere, killEverywhere, wordsOf } from './mutation/everywhere.ts'
export { boundHalf, countHalf } from './mutation/half-changed.ts'
export { openScene, type Scene, scene } from './mutation/open.ts'
export { addSecond, type Second } from './mutation/second.ts'
export type { Ran, RunOptions } from './mutation/run.ts'
export type { SceneOptions } from './mutation/scene.ts'
