/** One stream per browser: the tab that holds the lock reads it and tells the others; when it closes, another takes over. */
import { follow, type Message } from "./stream";

const PATH = "/api/v1/inbox/stream?changes=true";

/** Hear what happens, in every tab of this person; returns how to stop. `again` = something may have been missed. */
export function listen(subject: string, hear: (message: Message) => void, again: () => void): () => void {
  const stop = new AbortController();
  const channel = new BroadcastChannel(`flowline-live-${subject}`);
  channel.onmessage = ({ data }: MessageEvent<Message>) => hear(data);
  const tell = (message: Message) => {
    channel.postMessage(message);
    hear(message);
  };
  const lead = () => follow(PATH, stop.signal, tell, again);
  navigator.locks
    .request(`flowline-live-${subject}`, { signal: stop.signal }, lead)
    .catch((fault: unknown) => {
      if (!stop.signal.aborted) throw fault;
    });
  return () => {
    stop.abort();
    channel.close();
  };
}
