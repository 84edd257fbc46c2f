export { IgnoreRules } from './ignore-rules.ts'
