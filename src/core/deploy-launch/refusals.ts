import { OpsError } from '../errors.ts'
import { tr } from '../text.ts'

/** A deploy token is one app's, and that app has to be there first (FLY.md §2.9). */
export const tokenTooSmall = (
  app: string,
  { org, apps }: { readonly org: string; readonly apps: readonly string[] },
): OpsError => {
  const covers = apps.length === 0 ? '' : ` (${apps.join(', ')})`
  return new OpsError(
    'scope',
    tr(
      `My Fly token may not make apps: it is for apps that are there already${covers}.`,
      `我的 Fly 權杖不能建立應用程式：它只適用於既有的應用程式${covers}。`,
    ),
    {
      hint: tr(
        `Either make the empty app and a token for it: fly apps create ${app} -o ${org}, then fly tokens create deploy -a ${app}, added to FLY_API_TOKEN behind a comma. Or set FLY_API_TOKEN to one of the organization for as long as this takes: fly tokens create org -o ${org} -x 24h. Then send this again.`,
        `方法一：先建立空的應用程式與其權杖：fly apps create ${app} -o ${org}，再 fly tokens create deploy -a ${app}，以逗號接在 FLY_API_TOKEN 之後。方法二：暫時將 FLY_API_TOKEN 設為組織權杖：fly tokens create org -o ${org} -x 24h。然後重新送出。`,
      ),
    },
  )
}

/** Fly says 403 for an app of another organization and for one that the token does not cover. */
export const notOurs = (app: string): OpsError =>
  new OpsError(
    'scope',
    tr(
      `${app} is there, but not for my token: it belongs to another organization, or the token is for other apps.`,
      `${app} 已存在，但我的權杖無法存取：它屬於其他組織，或權杖屬於其他應用程式。`,
    ),
    {
      hint: tr(
        `Names are shared by all of Fly. If it is yours: fly tokens create deploy -a ${app}, added to FLY_API_TOKEN behind a comma. Otherwise put another name into OPS_APPS.`,
        `名稱在整個 Fly 中是共用的。若它是你的：fly tokens create deploy -a ${app}，以逗號接在 FLY_API_TOKEN 之後。否則請在 OPS_APPS 換一個名稱。`,
      ),
    },
  )

export const hasMachines = (app: string, ids: readonly string[]): OpsError =>
  new OpsError(
    'conflict',
    tr(
      `${app} has a deployment already: ${ids.join(', ')}. Nothing was touched.`,
      `${app} 已有部署：${ids.join('、')}。沒有變更任何東西。`,
    ),
    {
      hint: tr(
        '/openclaw status shows it; /openclaw deploy image changes what it runs.',
        '/openclaw status 可查看；/openclaw deploy image 可更換映像檔。',
      ),
    },
  )

/** A volume without a machine holds what somebody may still want. */
export const hasVolumes = (app: string, ids: readonly string[]): OpsError =>
  new OpsError(
    'conflict',
    tr(
      `${app} has no machine, but a volume with data on it: ${ids.join(', ')}. Nothing was touched.`,
      `${app} 沒有機器，但有存放資料的磁碟區：${ids.join('、')}。沒有變更任何東西。`,
    ),
    {
      hint: tr(
        `To run a machine on it: fly deploy with the file of its time. If it may go: fly volumes destroy ${ids[0] ?? ''} -a ${app}, then send this again.`,
        `若要在其上執行機器：用當時的設定檔執行 fly deploy。若可刪除：fly volumes destroy ${ids[0] ?? ''} -a ${app}，然後重新送出。`,
      ),
    },
  )

export const setAlready = (app: string, names: readonly string[]): OpsError =>
  new OpsError(
    'conflict',
    tr(
      `${app} has ${names.join(', ')} set already, and what is set can't be read back.`,
      `${app} 已設定 ${names.join('、')}，且無法讀回其值。`,
    ),
    {
      hint: tr(
        'Leave it out to use the one that is there; /openclaw secrets set changes it afterwards.',
        '省略即沿用既有的值；之後可用 /openclaw secrets set 變更。',
      ),
    },
  )

export const isOpenAlready = (app: string, addresses: readonly string[]): OpsError =>
  new OpsError(
    'conflict',
    tr(
      `${app} has public addresses, so a private gateway in it would not be private: ${addresses.join(', ')}.`,
      `${app} 有公開位址，因此其中的私有閘道並不私有：${addresses.join('、')}。`,
    ),
    {
      hint: tr(
        `Release them first (fly ips release <address> -a ${app}), or leave private out.`,
        `請先釋出（fly ips release <位址> -a ${app}），或不要加 private。`,
      ),
    },
  )

export const noOrganization = (slugs: readonly string[]): OpsError =>
  new OpsError(
    'bad_input',
    slugs.length === 0
      ? tr(
          'In which organization the app is to be is not known: the token does not say.',
          '不知道要在哪個組織建立：權杖沒有說明。',
        )
      : tr(
          `The token is good for several organizations: ${slugs.join(', ')}.`,
          `權杖適用於多個組織：${slugs.join('、')}。`,
        ),
    {
      hint: tr(
        'Set FLY_ORG to its slug (fly orgs list).',
        '請將 FLY_ORG 設為組織代號（fly orgs list）。',
      ),
    },
  )

export const noSuchRegion = (region: string, known: readonly string[]): OpsError =>
  new OpsError('bad_input', tr(`Fly has no region ${region}.`, `Fly 沒有區域 ${region}。`), {
    hint: tr(`It has ${known.join(', ')}.`, `可用：${known.join('、')}。`),
  })

export const noSuchImage = (image: string): OpsError =>
  new OpsError(
    'bad_input',
    tr(`Its registry knows no image ${image}.`, `映像檔庫沒有 ${image} 這個映像檔。`),
    {
      hint: tr(
        'Check the tag; leave image out for the newest release that is known here.',
        '請檢查標籤；省略 image 則使用此處已知的最新版本。',
      ),
    },
  )
