from dataclasses import dataclass, field

from oriel.upload_ports import PostForm, PostTerms


@dataclass
class MemoryIncoming:
    """Keeps on which terms forms were signed."""

    signed: list[PostTerms] = field(default_factory=list)

    def sign_post(self, terms: PostTerms) -> PostForm:
        self.signed.append(terms)
        return PostForm("https://blobs.test/images", {"key": terms.key, "policy": "signed"})
