"""What an account may be refused, in both languages."""

from __future__ import annotations

from server.kit.errors import ApiError


class WrongCredentials(ApiError):
    code, status = "auth.wrong_credentials", 401
    zh = "手机号或密码不对。想不起来，请居委会给您开一个重设链接。"
    en = "The phone number or the password is not right. Your committee can give you a link to set a new one."


class CodeNeeded(ApiError):
    code, status = "auth.code_needed", 401
    zh = "还要一个验证码：打开验证器，把六位数字填进来。"
    en = "One more step: open your authenticator and enter its six digits."


class CodeWrong(ApiError):
    code, status = "auth.code_wrong", 401
    zh = "验证码不对，或者已经用过。等验证器换一个数再试；手机不在身边，用备用码。"
    en = "That code is not right, or was used already. Wait for the next one, or use a recovery code."


class FactorStands(ApiError):
    code, status = "auth.factor_stands", 409
    zh = "已经开了验证码登录，没有再开。要换手机，先关掉再开。"
    en = "Log-in with a code is on already. To move it to another phone, turn it off first."


class NoFactor(ApiError):
    code, status = "auth.no_factor", 409
    zh = "还没有开验证码登录。"
    en = "Log-in with a code is not on."


class AccountDisabled(ApiError):
    code, status = "auth.disabled", 403
    zh = "这个账号停用了。有疑问请打居委会电话。没上传的记录还在本机。"
    en = "This account is closed. Please call the committee; entries on this phone are kept."


class TooManyTries(ApiError):
    code, status = "auth.too_many_tries", 429
    zh = "试的次数多了，请过 {minutes} 分钟再登录。以前登录过的手机不受影响。"
    en = "Too many tries; please log in again in {minutes} minutes. A phone that logged in before is not held up."


class WeakPassword(ApiError):
    code, status = "auth.weak_password", 422
    zh = "这个密码容易被猜到，没有存。请换一个，八位以上，几个不相干的词连起来最好记。"
    en = "This password is easily guessed and was not stored. Choose eight signs or more; a few unrelated words are easiest to remember."


class LinkSpent(ApiError):
    code, status = "auth.link_spent", 410
    zh = "这个链接用过了或者过期了，没有开通。请居委会再开一个。"
    en = "This link was used or has run out; nothing was opened. Please ask the committee for a new one."


class PhoneTaken(ApiError):
    code, status = "auth.phone_taken", 409
    zh = "这个手机号已经有账号。请用原来的密码，链接还能用。"
    en = (
        "This phone number already has an account. Please use its password; the link is still good."
    )


class RoleNotYours(ApiError):
    code, status = "people.role_not_yours", 403
    zh = "这个身份要由上一级来给，没有改。"
    en = "This role is given by the level above; nothing was changed."


class NotYourself(ApiError):
    code, status = "people.not_yourself", 409
    zh = "不能停用自己，也不能去掉自己的身份。请另一位管理员来做。"
    en = "You cannot close your own account or end your own role. Ask another administrator."


class AlreadyInitialised(ApiError):
    code, status = "auth.already_initialised", 409
    zh = "已经有管理员了，没有再开。"
    en = "There is an administrator already; nothing was opened."
