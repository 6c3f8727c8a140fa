/**
 * Ends this process with the one that started it over a channel, as the live loop starts its runs: nobody reads any
 * more what it says, and it would hold the lake against the next `sillage up`. At once, by SIGKILL: a run bears that at
 * any moment, and the next one takes over its lock and its scratch.
 */
export function endWithParent(): void {
  const end = () => process.kill(process.pid, 'SIGKILL');
  if (process.channel === undefined) return;
  // Undone before anybody listened for it.
  if (!process.connected) end();
  process.once('disconnect', end);
  // The channel alone keeps nobody alive.
  process.channel?.unref();
}
