// Runs inside the machine as `node --input-type=module -e`, behind all that it imports.
// Arguments: nonce, state directory, path of the file as the machine's config names it (or nothing), action, JSON in base64.
import { answerConfig } from './config-answer.mjs'

process.stdout.write(await answerConfig(process.argv.slice(1)))
