// Result<T>: a value or the reason why there is none. Members are named like std::expected, which this
// type is meant to become once every compiler we support has it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace origami {

enum class ErrorCode {
    InvalidArgument,  // the caller asked for something that does not exist (a region outside the slide)
    NotFound,         // no such file, tile or entry
    Unsupported,      // valid input of a kind or size that is not read
    Truncated,        // the input ends too early
    Corrupt,          // the input contradicts itself or its format
    Io,               // the operating system refused
    OutOfMemory,      // the system has no more memory
    Cancelled,        // the caller asked to stop: not a failure, never shown as one
};

std::string_view name(ErrorCode code) noexcept;

// `message` is one sentence without a final stop that names the file (and the tile) and the fact.
struct Error {
    ErrorCode code = ErrorCode::Corrupt;
    std::string message;

    // The same error with `context` and ": " put before the message.
    [[nodiscard]] Error within(std::string_view context) const { return {code, std::string(context) + ": " + message}; }
    // True if the same call may succeed later without any change by the caller: a disk may be connected again, or
    // memory may become free.
    [[nodiscard]] bool mayPass() const noexcept { return code == ErrorCode::Io || code == ErrorCode::OutOfMemory; }
    [[nodiscard]] bool isCancelled() const noexcept { return code == ErrorCode::Cancelled; }
};

template <class T>
class [[nodiscard]] Result {
public:
    using value_type = T;

    Result(T value) : m_state(std::in_place_index<0>, std::move(value)) {}
    // Takes anything that converts to T implicitly, such as a pointer to a derived class.
    template <class U>
    requires(std::is_convertible_v<U&&, T> && !std::is_same_v<std::remove_cvref_t<U>, T> &&
             !std::is_same_v<std::remove_cvref_t<U>, Error> && !std::is_same_v<std::remove_cvref_t<U>, Result>)
        Result(U&& value)
        : m_state(std::in_place_index<0>, std::forward<U>(value)) {}
    Result(Error error) : m_state(std::in_place_index<1>, std::move(error)) {}

    [[nodiscard]] bool has_value() const noexcept { return m_state.index() == 0; }
    explicit operator bool() const noexcept { return has_value(); }

    T& value() & { return std::get<0>(m_state); }
    [[nodiscard]] const T& value() const& { return std::get<0>(m_state); }
    T&& value() && { return std::get<0>(std::move(m_state)); }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::move(*this).value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

    Error& error() & { return std::get<1>(m_state); }
    [[nodiscard]] const Error& error() const& { return std::get<1>(m_state); }
    Error&& error() && { return std::get<1>(std::move(m_state)); }

private:
    std::variant<T, Error> m_state;
};

template <>
class [[nodiscard]] Result<void> {
public:
    using value_type = void;

    Result() = default;
    Result(Error error) : m_error(std::move(error)) {}

    [[nodiscard]] bool has_value() const noexcept { return !m_error.has_value(); }
    explicit operator bool() const noexcept { return has_value(); }
    Error& error() & { return *m_error; }
    [[nodiscard]] const Error& error() const& { return *m_error; }
    Error&& error() && { return *std::move(m_error); }

private:
    std::optional<Error> m_error;
};

}  // namespace origami
