/** Who wants to hear of one thing; listening ends with the function it gave. */
export class Listeners<T> {
  private readonly all = new Set<(said: T) => void>()

  readonly add = (listener: (said: T) => void): (() => void) => {
    this.all.add(listener)
    return () => void this.all.delete(listener)
  }

  tell(said: T): void {
    for (const listener of this.all) listener(said)
  }
}
