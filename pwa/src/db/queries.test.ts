import { afterEach, expect, it } from 'vitest'
import { setCurrent } from './current'
import { households } from './queries'
import { Replica } from './replica'
import type { EntryStore } from './store'
import type { Change } from '../sync/wire'

afterEach(() => setCurrent(null))

it('homes stand in the order of their doors: the ninth building before the tenth', () => {
  const addresses = ['平安街10号楼1单元101', '平安街9号楼2单元301', '平安街9号楼2单元1101', '柏树巷3号', '平安街9号楼1单元301']
  const replica = new Replica()
  replica.apply(addresses.map((address, n) => ({ entity: 'household', id: `h${n}`, op: 'upsert', version: 1, row: { id: `h${n}`, address } }) as unknown as Change))
  setCurrent({ replica } as EntryStore)
  expect(households().map((home) => home.address)).toEqual(['平安街9号楼1单元301', '平安街9号楼2单元301', '平安街9号楼2单元1101', '平安街10号楼1单元101', '柏树巷3号'])
})
