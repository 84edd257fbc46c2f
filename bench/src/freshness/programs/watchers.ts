import { createRequire } from 'node:module'
import { join } from 'node:path'
import { watchFolder } from '@forge/watch'
import { watch } from 'chokidar'

export type Kind = 'add' | 'change' | 'delete'

/** Told of a path, and of its size where the watcher says that. */
export type Listener = (kind: Kind, path: string, size: number | undefined) => void

/** The ways to watch a folder: each is done when it watches, and gives what ends it. */
export const starters = {
  async forge(root: string, tell: Listener): Promise<() => Promise<unknown>> {
    const kinds = { created: 'add', modified: 'change', deleted: 'delete' } as const
    const watcher = await watchFolder({
      root,
      onChanges: ({ changes }) => {
        for (const change of changes) {
          const size = change.type === 'deleted' ? undefined : change.stamp.size
          tell(kinds[change.type], join(root, change.path), size)
        }
      },
      onError: (error) => {
        throw error
      },
    })
    return () => watcher.close()
  },
  async chokidar(root: string, tell: Listener): Promise<() => Promise<unknown>> {
    const watcher = watch(root, { ignoreInitial: true, atomic: false, followSymlinks: false })
    watcher.on('add', (path) => tell('add', path, undefined))
    watcher.on('change', (path) => tell('change', path, undefined))
    watcher.on('unlink', (path) => tell('delete', path, undefined))
    await new Promise<void>((resolve) => watcher.on('ready', () => resolve()))
    return () => watcher.close()
  },
  async parcel(root: string, tell: Listener, peers: string): Promise<() => Promise<unknown>> {
    const kinds = { create: 'add', update: 'change', delete: 'delete' } as const
    const parcel = createRequire(join(peers, 'index.js'))('@parcel/watcher') as ParcelWatcher
    const subscription = await parcel.subscribe(root, (error, events) => {
      if (error !== null) throw error
      for (const { type, path } of events) tell(kinds[type], path, undefined)
    })
    return () => subscription.unsubscribe()
  },
}

/** What is used of `@parcel/watcher`. */
interface ParcelWatcher {
  subscribe(
    root: string,
    listener: (
      error: Error | null,
      events: readonly { readonly type: 'create' | 'update' | 'delete'; readonly path: string }[],
    ) => void,
  ): Promise<{ unsubscribe(): Promise<void> }>
}
