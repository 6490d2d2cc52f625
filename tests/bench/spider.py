"""A Scrapy spider for the town's main fields: what one would write instead. Run by `tests.bench.crawling`.

`python -m tests.bench.spider START OUTPUT SINCE UNTIL` crawls and prints the number of responses.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response

FOLLOWED = ("vo020.asp", "to010.asp", "to020.asp", "kp020.asp", "au020.asp", "fr020.asp", "pa020.asp")
LISTS = ("pa021.asp", "au010.asp", "fr010.asp", "kp040.asp")
LABELS = {
    "subject": "Betreff:", "status": "Status:", "paper_type": "Vorlage-Art:", "author": "Verfasser:",
    "department": "Federführend:", "clerk": "Bearbeiter/-in:", "file_number": "Aktenzeichen:",
    "committee": "Gremium:", "date": "Datum:", "time": "Zeit:", "room": "Raum:", "place": "Ort:",
    "decision": "Beschluss:", "occasion": "Anlass:",
}  # fmt: skip
SETTINGS = {
    "CONCURRENT_REQUESTS": 1,
    "ROBOTSTXT_OBEY": True,
    "DOWNLOAD_DELAY": 0,
    "LOG_ENABLED": False,
    "TELNETCONSOLE_ENABLED": False,
    "RETRY_ENABLED": True,
    "USER_AGENT": "bench (loopback only)",
}


class Town(scrapy.Spider):
    """Start page, lists and months; then whatever pages of records they lead to."""

    name = "town"
    base = ""
    months: tuple[tuple[int, int], ...] = ()

    async def start(self) -> Any:
        for request in self.first():
            yield request

    def first(self) -> Iterator[scrapy.Request]:
        yield scrapy.Request(self.base + "allris.net.asp", self.parse)
        for program in LISTS:
            yield scrapy.Request(self.base + program, self.parse)
        for year, month in self.months:
            yield scrapy.Request(f"{self.base}si010_e.asp?YY={year}&MM={month}", self.parse)

    def parse(self, response: Response, **_: Any) -> Iterator[Any]:
        address = urlsplit(response.url)
        program = address.path.rpartition("/")[2]
        if program in FOLLOWED:
            yield self.record(response, program)
        for address in self.leads(response):
            yield response.follow(address, self.parse)

    def leads(self, response: Response) -> Iterator[str]:
        """Addresses of record pages with nothing but the record's own number: each page has only one."""
        for href in response.css("#rismain a::attr(href)").getall():
            program, _, query = href.partition("#")[0].partition("?")
            own = [part for part in query.split("&") if part.partition("=")[0].endswith("LFDNR")]
            if program in FOLLOWED and own:
                yield f"{program}?{own[0]}"
        for form in response.css("#rismain form"):
            program = form.attrib.get("action", "").partition("?")[0]
            fields = form.css("input[type=hidden][name$=LFDNR]")
            if program in FOLLOWED and fields:
                yield f"{program}?{fields[0].attrib['name']}={fields[0].attrib['value']}"

    def record(self, response: Response, program: str) -> dict[str, Any]:
        query = parse_qs(urlsplit(response.url).query)
        found: dict[str, Any] = {"program": program, "number": next(iter(query.values()))[0]}
        found["name"] = " ".join(response.css("#risname h1::text").getall()).strip()
        for name, label in LABELS.items():
            cell = response.xpath(f"//td[@class='kb1'][normalize-space()='{label}']/following-sibling::td[1]")
            found[name] = " ".join(" ".join(cell.xpath(".//text()").getall()).split())
        found["rows"] = [
            [" ".join(" ".join(cell.xpath(".//text()").getall()).split()) for cell in row.css("td")]
            for row in response.css("#rismain tr.zl11, #rismain tr.zl12")
        ]
        found["files"] = response.css(
            "#rismain form[action='do027.asp'] input[name=DOLFDNR]::attr(value)"
        ).getall()
        paragraphs = response.xpath("//div[@id='rismain']//*[self::p or self::li]")
        found["text"] = "\n".join("".join(one.xpath(".//text()").getall()).strip() for one in paragraphs)
        return found


def main(start: str, output: str, since: str, until: str) -> None:
    first, last = dt.date.fromisoformat(since), dt.date.fromisoformat(until)
    span = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    months = tuple((month // 12, month % 12 + 1) for month in span)
    feeds = {output: {"format": "jsonlines", "encoding": "utf8"}}
    process = CrawlerProcess({**SETTINGS, "FEEDS": feeds})
    crawler = process.create_crawler(Town)
    process.crawl(crawler, base=start, months=months)
    process.start()
    assert crawler.stats is not None
    print(crawler.stats.get_value("downloader/response_count"))


if __name__ == "__main__":
    main(*sys.argv[1:])
