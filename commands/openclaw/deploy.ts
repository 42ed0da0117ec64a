import { history } from '#core/deploy/history-command.ts'
import { image } from '#core/deploy/image-command.ts'
import { rollback } from '#core/deploy/rollback-command.ts'
import { exportFile } from '#core/deploy-export/export.ts'
import { launch } from '#core/deploy-launch/launch.ts'

export default [image, rollback, history, launch, exportFile]
