import type { Argument, Option } from 'commander'
import type { CommandContext, CommandResult } from './command.ts'

/** What every command shows of itself. */
interface Described {
  readonly name: string
  readonly summary: string
  readonly examples: readonly string[]
}

/** Commands under one name, as `forge migrate up` is. */
export interface CommandGroup extends Described {
  /** The command that is meant where none is named. Default: none, which is wrong usage. */
  readonly standard?: string
  readonly commands: readonly CommandSpec[]
}

/** One command as the user sees it. */
export interface CommandSpec extends Described {
  readonly arguments: readonly Argument[]
  readonly options: readonly Option[]
  readonly load: () => Promise<{
    run: (context: CommandContext, args: never, options: never) => Promise<CommandResult>
  }>
}
