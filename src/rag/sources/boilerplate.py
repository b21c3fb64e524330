"""Recognises lines of a web page that are not part of its text, such as share buttons and cookie notices.

Only a whole short line is boilerplate. A sentence about Facebook or about cookies is text.
"""

from __future__ import annotations

import re

_LONGEST = 160  # characters of a line
_NETWORK = (
    "(?:bluesky|facebook|flipboard|instagram|linkedin|mastodon|messenger|odnoklassniki|pinterest|pocket|reddit|skype|"
    "snapchat|telegram|threads|tiktok|tumblr|twitter|viber|vk|vkontakte|wechat|weibo|whatsapp|x|xing|youtube)"
)
_BUTTON = "(?:and|copy|e-?mail|follow|google|like|link|mail|on|pin|print|rss|share|this|tweet|us)"
_PHRASES = re.compile(
    "|".join(
        (
            rf"(?:share|pin|post|tweet|like|follow us|find us)(?: this)?(?: (?:on|via|to|by))? (?:{_NETWORK}|e-?mail)",
            r"share(?: this)?(?: (?:article|page|post|story))?|tweet(?: this)?|print(?: this)? (?:article|page)",
            r"comments?(?: are| is)?(?: now)? closed|comments? off(?: on .*)?|(?:no|\d+) comments?(?: yet)?",
            r"(?:leave|post|add|write) (?:a|your) (?:comment|reply)|be the first to comment",
            r"(?:log|sign) in to (?:comment|reply)|your email address will not be published.*",
            r"(?:click here to )?read (?:more|next)|continue reading|see also:?",
            r"related (?:articles?|posts?|stories|content|reading)|(?:you )?(?:may|might) also like",
            r"(?:sign up|subscribe|register)(?: now| today)?(?: (?:for|to))?(?: (?:our|the))?(?: \w+){0,2} "
            r"(?:newsletters?|mailing list)(?: today| now)?",
            r"(?:accept|reject|manage)(?: all)? cookies|cookie (?:settings|preferences)",
            r"(?:we|this (?:web ?)?site|our (?:web ?)?site) uses? cookies.*"
            r"(?:accept|agree|consent|got it|ok|by (?:continuing|using|browsing)).*",
            r"skip to (?:(?:the )?main )?(?:content|navigation)|(?:back to|scroll to) top|advertisement",
        )
    )
)
_GAP = r"[\s,|/·•]+"
_BUTTONS = re.compile(rf"(?:{_NETWORK}|{_BUTTON})(?:{_GAP}(?:{_NETWORK}|{_BUTTON}))*")
_NETWORKS = re.compile(rf"(?<![^\s,|/·•]){_NETWORK}(?![^\s,|/·•])")


def is_boilerplate(line: str) -> bool:
    """Return whether a whole line is boilerplate and not text."""
    words = " ".join(line.lower().split()).strip(" .…!»›>|→·•-")
    if not words or len(words) > _LONGEST:
        return False
    return _PHRASES.fullmatch(words) is not None or _share_buttons(words)


def _share_buttons(words: str) -> bool:
    """Return whether a line is a row of share buttons.

    It must name two networks, because one name may be a heading of a policy on social media.
    """
    return _BUTTONS.fullmatch(words) is not None and len(_NETWORKS.findall(words)) >= 2
