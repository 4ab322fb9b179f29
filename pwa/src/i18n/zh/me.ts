export default { title: '我' } as const
