export { compareVersions, factOf, isSince, type VersionFacts } from '../core/versions.ts'
