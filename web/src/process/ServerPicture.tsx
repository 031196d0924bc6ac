/** A drawing that the service wrote as SVG, shown as a picture: nothing in it can run. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { fetchAs } from "~/api/client";
import { problemOf } from "~/api/problem";
import { Asked } from "~/states/Asked";
import classes from "./Process.module.css";

export function ServerPicture({ path, text }: { path: string; text: string }) {
  const query = useQuery({
    queryKey: ["processes", "picture", path],
    queryFn: async () => {
      const answer = await fetchAs(path);
      if (!answer.ok) throw problemOf(answer, await answer.json());
      return answer.blob();
    },
  });
  return <Asked query={query}>{(picture) => <Picture picture={picture} text={text} />}</Asked>;
}

function Picture({ picture, text }: { picture: Blob; text: string }) {
  const [address, setAddress] = useState("");
  useEffect(() => {
    const made = URL.createObjectURL(picture);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [picture]);
  return (
    <div className={classes["frame"]}>
      {address && <img src={address} alt={text} className={classes["picture"]} />}
    </div>
  );
}
