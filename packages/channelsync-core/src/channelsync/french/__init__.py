"""What channelsync says, in French: errors and what they advise, why something was decided, the help of the commands.

Texts are written in English where they arise, for developers, logs and scripts. Here each has its French, with the same
blanks: a wording of ours is recognised by what stands around its blanks, and what was filled in is put into the French.
A part that is a text of ours itself, such as the reason inside an error, is put into French in turn; what somebody
typed (``{!r}``) never is. A text that is not known here stays as it is, so that nothing is hidden for want of a word.

A new text needs a line in the module of its subject; a test names each text that has none.
"""

from __future__ import annotations

from channelsync.french.telling import in_french, translated

__all__ = ["in_french", "translated"]
