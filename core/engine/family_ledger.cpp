#include "core/engine/family_ledger.h"

#include "core/base/log.h"
#include "core/make/view_modes.h"

#include <algorithm>
#include <iterator>

namespace origami {
namespace {

void logRecord(const FamilyRecord& record) {
    if (spdlog::should_log(spdlog::level::info)) {
        spdlog::info("{}", formatLogLine(record));
    }
}

}  // namespace

void FamilyOrigin::addTo(FamilyRecord& record) const {
    record.slide = slide;
    record.queueMs = queueMs;
    record.reason = reason;
    record.variant = static_cast<std::uint32_t>(mode);
    record.requestedNs = requestedNs;
}

StartedFamily::StartedFamily(std::shared_ptr<OpenSlide> slide, FamilyStreams bytes, BufferPool* pool, FamilyOrigin from)
    : open(std::move(slide)), streams(std::move(bytes)), origin(from) {
    restart(pool);
}

void StartedFamily::restart(BufferPool* pool) {
    parts.emplace(open->slide->pyramid(), streams, rebuiltMode(origin.mode), pool);
}

FamilyRecord StartedFamily::record() const {
    FamilyRecord record = parts->record();
    record.slideId = open->slide->info().id;
    origin.addTo(record);
    addRead(record, origin.read);
    for (const StageSpan& upload : uploads) {
        record.addUpload(upload);
    }
    return record;
}

void FamilyLedger::begin(const JobKey& key) {
    const std::lock_guard lock(m_mutex);
    m_accounts[key].isOpen = true;
}

std::vector<StageSpan> FamilyLedger::closeAccount(const JobKey& key) {
    std::vector<StageSpan> uploads;
    if (const auto account = m_accounts.find(key); account != m_accounts.end()) {
        uploads.swap(account->second.uploads);
        m_accounts.erase(account);
    }
    return uploads;
}

const FamilyLedger::Resting* FamilyLedger::findResting(const JobKey& key) const {
    const auto found = std::ranges::find(m_resting, key, &Resting::key);
    return found != m_resting.end() ? &*found : nullptr;
}

std::unique_ptr<StartedFamily> FamilyLedger::take(const JobKey& key) {
    const std::lock_guard lock(m_mutex);
    const auto found = std::ranges::find(m_resting, key, &Resting::key);
    if (found == m_resting.end()) {
        return nullptr;
    }
    std::unique_ptr<StartedFamily> family = std::move(found->family);
    m_resting.erase(found);
    return family;
}

void FamilyLedger::rest(const JobKey& key, std::unique_ptr<StartedFamily> family, bool isWorthKeeping) {
    std::unique_ptr<StartedFamily> done;
    std::optional<FamilyRecord> recorded;
    {
        const std::lock_guard lock(m_mutex);
        std::ranges::move(closeAccount(key), std::back_inserter(family->uploads));
        if (isWorthKeeping) {
            m_resting.push_back({key, std::move(family)});
            if (m_resting.size() > m_mostResting) {
                done = std::move(m_resting.front().family);
                m_resting.pop_front();
            }
        } else {
            done = std::move(family);
        }
        if (done && done->parts->record().totalMs > 0) {
            recorded = done->record();
            m_recorder.recordFamily(*recorded);
        }
    }
    if (recorded) {
        logRecord(*recorded);
    }
}

void FamilyLedger::finish(const JobKey& key, FamilyRecord made) {
    {
        const std::lock_guard lock(m_mutex);
        for (const StageSpan& upload : closeAccount(key)) {
            made.addUpload(upload);
        }
        m_recorder.recordFamily(made);
    }
    logRecord(made);
}

void FamilyLedger::recordSoFar(const JobKey& key, StartedFamily& family) {
    std::optional<FamilyRecord> made;
    {
        const std::lock_guard lock(m_mutex);
        std::ranges::move(std::exchange(m_accounts[key].uploads, {}), std::back_inserter(family.uploads));
        made = family.record();
        family.uploads.clear();
        m_recorder.recordFamily(*made);
    }
    logRecord(*made);
}

FamilyLedger::Making::Making(FamilyLedger& ledger, const JobKey& key) : m_ledger(ledger), m_key(key) {
    const std::lock_guard lock(m_ledger.m_mutex);
    if (m_ledger.m_accounts[key].makers++ > 0) {
        m_ledger.m_recorder.recordDuplicateFamily();
    }
}

FamilyLedger::Making::~Making() {
    const std::lock_guard lock(m_ledger.m_mutex);
    const auto account = m_ledger.m_accounts.find(m_key);
    if (account != m_ledger.m_accounts.end() && --account->second.makers == 0 && !account->second.isOpen) {
        m_ledger.m_accounts.erase(account);
    }
}

void FamilyLedger::addUpload(const JobKey& key, const StageSpan& upload) {
    const std::lock_guard lock(m_mutex);
    if (const auto account = m_accounts.find(key); account != m_accounts.end()) {
        account->second.uploads.push_back(upload);
    } else if (const Resting* const resting = findResting(key)) {
        resting->family->uploads.push_back(upload);
    } else {
        m_recorder.addUpload(key.slide, {key.id.x, key.id.y}, key.variant, upload);
    }
}

bool FamilyLedger::isInTheMaking(const JobKey& key) const {
    const std::lock_guard lock(m_mutex);
    const auto account = m_accounts.find(key);
    return account != m_accounts.end() && account->second.makers > 0;
}

std::optional<FamilyRecord> FamilyLedger::recordOf(const JobKey& key) const {
    const std::lock_guard lock(m_mutex);
    if (const Resting* const resting = findResting(key); resting && resting->family->parts->record().totalMs > 0) {
        return resting->family->record();
    }
    return m_recorder.family(key.slide, {key.id.x, key.id.y}, key.variant);
}

std::vector<FamilySummary> FamilyLedger::summaries(SlideKey slide, ViewMode mode) const {
    const std::lock_guard lock(m_mutex);
    std::vector<FamilySummary> all = m_recorder.families(slide, static_cast<std::uint32_t>(mode));
    for (const Resting& resting : m_resting) {
        if (resting.key.slide == slide && modeOf(resting.key) == mode && resting.family->parts->record().totalMs > 0) {
            all.push_back(summaryOf(resting.family->record()));
        }
    }
    return all;
}

std::vector<FamilyRecord> FamilyLedger::resting() const {
    std::vector<FamilyRecord> records;
    const std::lock_guard lock(m_mutex);
    for (const Resting& resting : m_resting) {
        if (resting.family->parts->record().totalMs > 0) {
            records.push_back(resting.family->record());
        }
    }
    return records;
}

void FamilyLedger::drop(SlideKey slide) {
    std::deque<Resting> dropped;  // freed without the lock
    const std::lock_guard lock(m_mutex);
    const auto gone = std::stable_partition(m_resting.begin(), m_resting.end(),
                                            [slide](const Resting& resting) { return resting.key.slide != slide; });
    std::move(gone, m_resting.end(), std::back_inserter(dropped));
    m_resting.erase(gone, m_resting.end());
}

}  // namespace origami
