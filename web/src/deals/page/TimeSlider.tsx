/** A slider over the events of a deal: each stop is the moment after one of them, the last one is now. */
import { Slider, Text } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/i18n/useFormat";
import type { StoryEntry } from "../queries";

interface TimeSliderProps {
  entries: readonly StoryEntry[];
  as_of: string | undefined;
}

export function TimeSlider({ entries, as_of }: TimeSliderProps) {
  const { t } = useTranslation("story");
  const format = useFormat();
  const navigate = useNavigate({ from: "/deals/$dealId" });
  const moments = momentsOf(entries);
  const last = moments.length; // one stop more than there are moments: now
  const place = as_of ? stopAt(moments, as_of) : last;
  const [stop, setStop] = useState(place);
  useEffect(() => setStop(place), [place]);
  const labelOf = (at: number) => {
    const moment = moments[at];
    return moment ? format.dateTime(moment) : t("now");
  };
  const go = (at: number) =>
    void navigate({ search: moments[at] ? { as_of: moments[at] } : {}, resetScroll: false });
  return (
    <div>
      <Text size="sm" mb={4}>
        {t("asItWas", { when: labelOf(stop) })}
      </Text>
      <Slider
        id="time-slider"
        min={0}
        max={last}
        step={1}
        value={stop}
        label={labelOf}
        thumbLabel={t("slider")}
        thumbProps={{ "aria-valuetext": labelOf(stop) }}
        marks={moments.length <= 60 ? moments.map((_, value) => ({ value })) : []}
        onChange={setStop}
        onChangeEnd={go}
        thumbSize={24}
        my="xs"
      />
    </div>
  );
}

/** The instants at which something happened, each once, in order. */
export function momentsOf(entries: readonly StoryEntry[]): string[] {
  return [...new Set(entries.map(({ occurred_at }) => occurred_at))];
}

/** The last moment that is not after the instant. */
export function stopAt(moments: readonly string[], as_of: string): number {
  const until = Date.parse(as_of);
  return Math.max(
    0,
    moments.findLastIndex((moment) => Date.parse(moment) <= until),
  );
}
