/** Whether everything is tried (`npm run test:everywhere`), not a sample of it. */
export const EVERYWHERE = process.env['OPS_TEST_EVERYWHERE'] === 'all'

/** How many cases of a property are made up: all of them, or the third that keeps `npm test` quick. Others each time, so that many runs find what one does not. */
export const runs = (all: number): number => (EVERYWHERE ? all : Math.ceil(all / 3))
