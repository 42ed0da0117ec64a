export * from '../gateway/locate.ts'
