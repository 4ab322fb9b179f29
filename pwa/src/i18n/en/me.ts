export default { title: 'Me' } as const
